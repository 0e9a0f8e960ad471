import * as z from 'zod';
import { booleanFlag, integer, type ResourceReader } from './resource-reader.ts';

const tableShape = z.object({
  KeySchema: z.array(z.unknown()),
  AttributeDefinitions: z.array(z.unknown()),
  GlobalSecondaryIndexes: z.array(z.looseObject({})).optional(),
  StreamSpecification: z.object({ StreamViewType: z.string() }).optional(),
});

export const readTable: ResourceReader = (draft, { name }, properties) => {
  const table = tableShape.parse(properties);
  draft.tables.push({
    name,
    keySchema: table.KeySchema,
    attributeDefinitions: table.AttributeDefinitions,
    indexes: table.GlobalSecondaryIndexes,
    streamViewType: table.StreamSpecification?.StreamViewType,
  });
};

const secretShape = z.object({
  SecretString: z.string().optional(),
  GenerateSecretString: z
    .strictObject({
      PasswordLength: integer.default(32),
      ExcludeCharacters: z.string().default(''),
      ExcludePunctuation: booleanFlag.default(false),
      IncludeSpace: booleanFlag.default(false),
      SecretStringTemplate: z.string().optional(),
      GenerateStringKey: z.string().optional(),
    })
    .optional(),
});

export const readSecret: ResourceReader = (draft, { name, values }, properties) => {
  const { SecretString, GenerateSecretString: generate } = secretShape.parse(properties);
  draft.secrets.push({
    name,
    arn: values.Ref ?? '',
    fixed: SecretString,
    generate: generate && {
      passwordLength: generate.PasswordLength,
      excludeCharacters: generate.ExcludeCharacters,
      excludePunctuation: generate.ExcludePunctuation,
      includeSpace: generate.IncludeSpace,
      template: generate.SecretStringTemplate,
      key: generate.GenerateStringKey,
    },
  });
};

export const readBucket: ResourceReader = (draft, { name }) => {
  draft.buckets.add(name);
};
