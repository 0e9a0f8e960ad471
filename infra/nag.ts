import { type App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import type { IConstruct } from 'constructs';

type OnFinding = (ruleName: string, constructPath: string) => void;
type NagReport = ReturnType<AwsSolutionsChecks['validateScope']>;

/** An accepted finding, and the reason for it. */
export interface Exception {
  readonly rule: RegExp;
  /** The construct paths to which the exception applies. */
  readonly where: RegExp;
  readonly reason: string;
}

export const exceptions: readonly Exception[] = [
  {
    rule: /^AwsSolutions-S1$/,
    where: /^NuanxinState\/entry-archive\//,
    reason:
      'Server access logs would be in a bucket with less protection than this one. Only one function may add objects, ' +
      'the lock prevents changes, and CloudTrail data events record every read.',
  },
  {
    rule: /^AwsSolutions-SMG4$/,
    where: /^NuanxinState\/code-keys\//,
    reason:
      'Replacing a key makes every open redemption code unreadable. Operators add a new version beside the old one, ' +
      'as docs/redemptions.md describes.',
  },
  {
    rule: /^AwsSolutions-COG8$/,
    where: /^NuanxinIdentity\/users\//,
    reason:
      'The Plus plan adds detection of stolen passwords at several times the price. Here every person needs a second ' +
      'factor, people cannot sign up by themselves, and machines have no password.',
  },
  {
    rule: /^AwsSolutions-APIG4$/,
    where:
      /\/GET--v1--(rankings--\{month\}(--versions(--\{version\}--changes)?)?|rewards(--\{rewardId\})?|openapi\.json)\//,
    reason:
      'Published rankings, the rewards on offer and the description of the API are public. The function verifies a ' +
      'token if there is one, because an authorizer cannot be optional.',
  },
  {
    rule: /^AwsSolutions-SQS3$/,
    where: /dead-letters\/Resource$/,
    reason:
      'This is a dead-letter queue of a rule or a schedule. The check only knows dead-letter queues of other queues.',
  },
  {
    rule: /^AwsSolutions-IAM5\[Resource::\*\]$/,
    where: /^NuanxinService\/(publish|archive)-[a-z]+\/role\/DefaultPolicy\//,
    reason: 'The event source of a stream needs dynamodb:ListStreams, which cannot be limited to a table.',
  },
  {
    rule: /^AwsSolutions-IAM5\[Resource::.*ryarchive.*\/\*\]$/,
    where: /^NuanxinService\/archive-entries\/role\/DefaultPolicy\//,
    reason:
      'The names of objects contain the digest of their contents. The function may add objects and nothing else.',
  },
  {
    rule: /^AwsSolutions-IAM5\[Resource::<\w+function\w+\.Arn>:\*\]$/,
    where: /^NuanxinService\/SchedulerRoleForTarget-\w+\/DefaultPolicy\//,
    reason: 'The schedule may invoke this one function, in any version.',
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
 * The AwsSolutions rules without the exceptions above. We cannot use CDK's own acknowledgements, because they
 * need the exact text of a finding, and that contains generated names of resources.
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
