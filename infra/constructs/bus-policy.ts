import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';

/**
 * Denies PutEvents on the bus to every role but these, whatever other policies of the account grant, because
 * consumers take each volunteer event on the bus for a validated one. AWS services, such as a replay from the
 * archive, have no role and are exempt. The policy is in the service stack and not beside the bus, because it
 * names the functions.
 */
export function denyOtherPublishers(
  scope: Construct,
  bus: events.IEventBus,
  roleArns: readonly string[],
): void {
  const sid = 'NobodyElsePuts';
  const statement = new iam.PolicyStatement({
    sid,
    effect: iam.Effect.DENY,
    principals: [new iam.AnyPrincipal()],
    actions: ['events:PutEvents'],
    resources: [bus.eventBusArn],
    conditions: {
      ArnNotEquals: { 'aws:PrincipalArn': roleArns },
      Bool: { 'aws:PrincipalIsAWSService': 'false' },
    },
  });
  new events.CfnEventBusPolicy(scope, 'bus-is-ours', {
    eventBusName: bus.eventBusName,
    statementId: sid,
    statement: statement.toStatementJson(),
  });
}
