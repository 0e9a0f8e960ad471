import { type App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import type { IConstruct } from 'constructs';

type OnFinding = (ruleName: string, constructPath: string) => void;
type NagReport = ReturnType<AwsSolutionsChecks['validateScope']>;

/** A finding that stays, and why that is right. */
export interface Exception {
  readonly rule: RegExp;
  /** Paths of the constructs it holds for. */
  readonly where: RegExp;
  readonly reason: string;
}

export const exceptions: readonly Exception[] = [
  {
    rule: /^AwsSolutions-S1$/,
    where: /^NuanxinState\/entry-archive\//,
    reason:
      'Server access logs would lie in a bucket that is less protected than this one: one function may add objects, ' +
      'nobody may change them, and CloudTrail data events tell who reads them.',
  },
  {
    rule: /^AwsSolutions-SMG4$/,
    where: /^NuanxinState\/code-keys\//,
    reason:
      'A key that is replaced makes every code unreadable that is out there. A new version is added beside the old ' +
      'one by hand, as docs/redemptions.md says.',
  },
  {
    rule: /^AwsSolutions-COG8$/,
    where: /^NuanxinIdentity\/users\//,
    reason:
      'The Plus plan adds detection of stolen passwords at several times the price. Second factors are required of ' +
      'everybody here, nobody signs up alone, and machines have no password.',
  },
  {
    rule: /^AwsSolutions-APIG4$/,
    where:
      /\/GET--v1--(rankings--\{month\}(--versions(--\{version\}--changes)?)?|rewards(--\{rewardId\})?|openapi\.json)\//,
    reason:
      'Published rankings, the rewards on offer and the description of the API are for everybody. A token that comes ' +
      'along is verified by the function, for an authorizer cannot be optional.',
  },
  {
    rule: /^AwsSolutions-SQS3$/,
    where: /dead-letters\/Resource$/,
    reason:
      'It is where a rule or a schedule puts what it could not deliver; the rule looks at queues alone.',
  },
  {
    rule: /^AwsSolutions-IAM5\[Resource::\*\]$/,
    where: /^NuanxinService\/(publish|archive)-[a-z]+\/role\/DefaultPolicy\//,
    reason:
      'dynamodb:ListStreams, which the event source of a stream asks for, cannot be limited to a table.',
  },
  {
    rule: /^AwsSolutions-IAM5\[Resource::.*ryarchive.*\/\*\]$/,
    where: /^NuanxinService\/archive-entries\/role\/DefaultPolicy\//,
    reason:
      'Names of objects are made from what they hold; to add any, and nothing else, is what the function is for.',
  },
  {
    rule: /^AwsSolutions-IAM5\[Resource::<\w+function\w+\.Arn>:\*\]$/,
    where: /^NuanxinService\/SchedulerRoleForTarget-\w+\/DefaultPolicy\//,
    reason: 'The schedule may start this one function, whichever version of it.',
  },
];

/**
 * Makes the synthesis fail on each finding of the AwsSolutions rules that `exceptions` does not explain.
 *
 * @param onFinding hears of every finding, explained or not
 */
export function checkSolutions(app: App, onFinding: OnFinding = () => {}): void {
  Validations.of(app).addPlugins(new UnexplainedFindings(app, onFinding));
}

/**
 * The AwsSolutions rules, less what is explained above. CDK's own acknowledgement wants the exact text of a finding,
 * and that holds generated names of resources.
 */
class UnexplainedFindings extends AwsSolutionsChecks {
  readonly #onFinding: OnFinding;

  constructor(app: App, onFinding: OnFinding) {
    super(app);
    this.#onFinding = onFinding;
  }

  override validateScope(scope: IConstruct): NagReport {
    const violations = super.validateScope(scope).violations.flatMap(violation => {
      const unexplained = violation.violatingResources.filter(({ constructPath = '' }) => {
        this.#onFinding(violation.ruleName, constructPath);
        return !exceptions.some(one => explains(one, violation.ruleName, constructPath));
      });
      return unexplained.length > 0 ? [{ ...violation, violatingResources: unexplained }] : [];
    });
    return { success: violations.length === 0, violations };
  }
}

export function explains({ rule, where }: Exception, ruleName: string, constructPath: string): boolean {
  return rule.test(ruleName) && where.test(constructPath);
}
