import { apiTypes } from './api.ts';
import { eventTypes } from './events.ts';
import { functionTypes } from './functions.ts';
import { typesNotRun } from './not-run.ts';
import type { ResourceType } from './resource-type.ts';
import { storageTypes } from './storage.ts';

/**
 * All resource types that the local runtime knows. A template with another type, or with a property that is
 * not listed for its type, stops the start: otherwise the local runtime would silently run something else
 * than the deployment.
 */
export const resourceTypes: Record<string, ResourceType> = {
  ...storageTypes,
  ...functionTypes,
  ...apiTypes,
  ...eventTypes,
  ...typesNotRun,
};
