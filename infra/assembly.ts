/** The part of a synthesised CDK app that the local runtime reads. */
export interface LocalAssembly {
  stacks: { name: string; template: Template }[];
  /** The folder of the unpacked asset that a function's `Code.S3Key` names. */
  assetFolder(s3Key: string): string;
}

/** A CloudFormation template as parsed JSON. `readModel` validates it before anything uses it. */
export interface Template {
  Parameters?: Record<string, { Type?: string; Default?: unknown }>;
  Conditions?: Record<string, unknown>;
  Resources?: Record<string, TemplateResource>;
  Outputs?: Record<string, { Value: unknown; Export?: { Name: unknown } }>;
  [section: string]: unknown;
}

export interface TemplateResource {
  Type: string;
  Condition?: string;
  Properties?: Record<string, unknown>;
  [attribute: string]: unknown;
}
