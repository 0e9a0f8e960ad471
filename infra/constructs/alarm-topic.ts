import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as actions from 'aws-cdk-lib/aws-cloudwatch-actions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as sns from 'aws-cdk-lib/aws-sns';
import { Construct, type IConstruct } from 'constructs';

/**
 * The topic to which all alarms are published. People subscribe by hand, so subscriptions survive each
 * release.
 */
export class AlarmTopic extends Construct {
  readonly topic: sns.Topic;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    const key = new kms.Key(this, 'key', {
      description: 'Encrypts alarms on their way to people',
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    // The condition keeps alarms of other accounts out of our topic.
    const cloudWatch = new iam.ServicePrincipal('cloudwatch.amazonaws.com', {
      conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
    });
    key.grant(cloudWatch, 'kms:Decrypt', 'kms:GenerateDataKey*');
    this.topic = new sns.Topic(this, 'topic', { masterKey: key, enforceSSL: true });
    this.topic.grantPublish(cloudWatch);
  }
}

/** Publishes every alarm within a construct when it starts and when it ends. */
export function notifyAlarms(within: IConstruct, topic: sns.ITopic): void {
  const action = new actions.SnsAction(topic);
  for (const child of within.node.findAll()) {
    if (!(child instanceof cloudwatch.Alarm)) continue;
    child.addAlarmAction(action);
    child.addOkAction(action);
  }
}
