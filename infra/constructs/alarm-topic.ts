import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as actions from 'aws-cdk-lib/aws-cloudwatch-actions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as sns from 'aws-cdk-lib/aws-sns';
import { Construct, type IConstruct } from 'constructs';

/** Where all alarms are told. Who listens is subscribed by hand, and so outlives any release. */
export class AlarmTopic extends Construct {
  readonly topic: sns.Topic;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    const key = new kms.Key(this, 'key', {
      description: 'Alarms on their way to people',
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    // Of this account alone: nobody else's alarms are told to our people.
    const cloudWatch = new iam.ServicePrincipal('cloudwatch.amazonaws.com', {
      conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
    });
    key.grant(cloudWatch, 'kms:Decrypt', 'kms:GenerateDataKey*');
    this.topic = new sns.Topic(this, 'topic', { masterKey: key, enforceSSL: true });
    this.topic.grantPublish(cloudWatch);
  }
}

/** Has every alarm below a construct told, when it begins and when it is over. */
export function notifyAlarms(within: IConstruct, topic: sns.ITopic): void {
  const action = new actions.SnsAction(topic);
  for (const child of within.node.findAll()) {
    if (!(child instanceof cloudwatch.Alarm)) continue;
    child.addAlarmAction(action);
    child.addOkAction(action);
  }
}
