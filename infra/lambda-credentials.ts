/**
 * Replaces the SDK's chain of credential providers in the bundles. In Lambda and in the local platform,
 * credentials are environment variables. The other providers of the chain (SSO, STS, profiles, processes) are
 * a fifth of a bundle.
 */
export { fromEnv as defaultProvider } from '@aws-sdk/credential-provider-env';
