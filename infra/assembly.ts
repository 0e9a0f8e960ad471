/** What the synthesis of the CDK app leaves behind, as far as the local runtime reads it. */
export interface LocalAssembly {
  stacks: { name: string; template: Template }[];
  /** The folder that holds the unpacked asset which a function's `Code.S3Key` names. */
  assetFolder(s3Key: string): string;
}

/** A CloudFormation template as parsed JSON; nothing in it is trusted before `readModel` has seen it. */
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
