import type { Template } from '../../infra/assembly.ts';

export type Lookup = {
  /** Value of `Ref` to a resource of the stack; undefined if there is no such resource. */
  ref(stack: string, logicalId: string): unknown;
  /** Value of `Fn::GetAtt`; undefined if the attribute is not known. */
  attribute(stack: string, logicalId: string, name: string): unknown;
};

/** Represents `AWS::NoValue`: a property with this value is left out. */
const noValue = Symbol('AWS::NoValue');

export const region = 'cn-local-1';
export const accountId = '000000000000';

const pseudoParameters: Record<string, unknown> = {
  'AWS::Region': region,
  'AWS::AccountId': accountId,
  'AWS::Partition': 'aws',
  'AWS::URLSuffix': 'amazonaws.com',
  'AWS::NoValue': noValue,
  'AWS::NotificationARNs': [],
};

/**
 * Resolves the intrinsic functions of all stacks. Reports unknown references and functions; their value is
 * undefined.
 */
export class Intrinsics {
  readonly #templates = new Map<string, Template>();
  readonly #exports = new Map<string, { stack: string; value: unknown }>();
  readonly #parameters: Record<string, string>;
  readonly #lookup: Lookup;
  readonly #report: (problem: string) => void;

  constructor(
    stacks: { name: string; template: Template }[],
    parameters: Record<string, string>,
    lookup: Lookup,
    report: (problem: string) => void,
  ) {
    this.#parameters = parameters;
    this.#lookup = lookup;
    this.#report = report;
    for (const { name, template } of stacks) this.#templates.set(name, template);
    for (const { name, template } of stacks) {
      for (const output of Object.values(template.Outputs ?? {})) {
        if (output.Export === undefined) continue;
        this.#exports.set(String(this.resolve(name, output.Export.Name)), {
          stack: name,
          value: output.Value,
        });
      }
    }
  }

  /** The value with all intrinsics resolved and without properties that are `AWS::NoValue`. */
  resolve(stack: string, value: unknown): unknown {
    const resolved = this.#resolve(stack, value);
    return resolved === noValue ? undefined : resolved;
  }

  /** Evaluates a condition of the template. */
  condition(stack: string, name: string): boolean {
    const expression = this.#templates.get(stack)?.Conditions?.[name];
    if (expression === undefined) this.#report(`${stack}: the template defines no condition ${name}`);
    return this.resolve(stack, expression) === true;
  }

  #resolve(stack: string, value: unknown): unknown {
    if (Array.isArray(value)) {
      return value.map(item => this.#resolve(stack, item)).filter(item => item !== noValue);
    }
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value);
    const [only] = entries;
    if (entries.length === 1 && only !== undefined) {
      const [key, argument] = only;
      if (key === 'Ref') return this.#ref(stack, String(argument));
      if (key === 'Condition' && typeof argument === 'string') return this.condition(stack, argument);
      if (key.startsWith('Fn::')) return this.#call(stack, key.slice('Fn::'.length), argument);
    }
    return Object.fromEntries(
      entries.map(([key, item]) => [key, this.#resolve(stack, item)]).filter(([, item]) => item !== noValue),
    );
  }

  #ref(stack: string, name: string): unknown {
    if (name === 'AWS::StackName') return stack;
    if (name === 'AWS::StackId') return `arn:aws:cloudformation:${region}:${accountId}:stack/${stack}/local`;
    if (name in pseudoParameters) return pseudoParameters[name];
    const parameter = this.#templates.get(stack)?.Parameters?.[name];
    if (parameter !== undefined) return this.#parameter(stack, name, parameter);
    const value = this.#lookup.ref(stack, name);
    if (value === undefined) this.#report(`${stack}: Ref to ${name}, which the templates do not define`);
    return value;
  }

  #parameter(stack: string, name: string, parameter: { Type?: string; Default?: unknown }): unknown {
    const value = this.#parameters[name] ?? parameter.Default;
    if (value === undefined) this.#report(`${stack}: parameter ${name} has no default and no local value`);
    return parameter.Type === 'CommaDelimitedList' ? String(value).split(',') : value;
  }

  #call(stack: string, name: string, argument: unknown): unknown {
    const list = (): unknown[] => (Array.isArray(argument) ? argument : [argument]);
    const resolved = (): unknown[] => list().map(item => this.#resolve(stack, item));
    switch (name) {
      case 'GetAtt':
        return this.#getAtt(stack, typeof argument === 'string' ? argument.split('.') : list().map(String));
      case 'Join':
        return join(resolved());
      case 'Sub':
        return this.#sub(stack, list());
      case 'Split': {
        const [separator, text] = resolved();
        return String(text).split(String(separator));
      }
      case 'Select': {
        const [index, items] = resolved();
        return Array.isArray(items) ? items[Number(index)] : undefined;
      }
      case 'ImportValue':
        return this.#import(stack, String(this.#resolve(stack, argument)));
      case 'GetStackOutput':
        return this.#stackOutput(stack, this.#resolve(stack, argument));
      case 'If': {
        const [condition, yes, no] = list();
        return this.#resolve(stack, this.condition(stack, String(condition)) ? yes : no);
      }
      case 'Equals': {
        const [left, right] = resolved();
        return String(left) === String(right);
      }
      case 'And':
        return resolved().every(item => item === true);
      case 'Or':
        return resolved().some(item => item === true);
      case 'Not':
        return resolved()[0] !== true;
      default:
        this.#report(`${stack}: intrinsic Fn::${name} is not implemented`);
        return undefined;
    }
  }

  #getAtt(stack: string, [logicalId = '', ...path]: string[]): unknown {
    const attribute = path.join('.');
    const value = this.#lookup.attribute(stack, logicalId, attribute);
    if (value === undefined) this.#report(`${stack}: unknown attribute ${attribute} of ${logicalId}`);
    return value;
  }

  #sub(stack: string, [text, variables]: unknown[]): string {
    const own = new Map(Object.entries((variables ?? {}) as Record<string, unknown>));
    return String(text).replace(/\$\{(!?)([^}]+)\}/g, (_whole, literal: string, name: string) => {
      if (literal === '!') return `\${${name}}`;
      if (own.has(name)) return String(this.#resolve(stack, own.get(name)));
      return String(name.includes('.') ? this.#getAtt(stack, name.split('.')) : this.#ref(stack, name));
    });
  }

  #import(stack: string, name: string): unknown {
    const found = this.#exports.get(name);
    if (found === undefined) {
      this.#report(`${stack}: no stack exports ${name}`);
      return undefined;
    }
    return this.#resolve(found.stack, found.value);
  }

  #stackOutput(stack: string, argument: unknown): unknown {
    const { StackName = '', OutputName = '' } = argument as { StackName?: string; OutputName?: string };
    const output = this.#templates.get(StackName)?.Outputs?.[OutputName];
    if (output === undefined) {
      this.#report(`${stack}: stack ${StackName} has no output ${OutputName}`);
      return undefined;
    }
    return this.#resolve(StackName, output.Value);
  }
}

function join([separator, items]: unknown[]): string | undefined {
  return Array.isArray(items) ? items.map(String).join(String(separator)) : undefined;
}
