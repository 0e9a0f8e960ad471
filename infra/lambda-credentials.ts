/**
 * Stands in for the SDK's chain of credential providers in the bundles. In Lambda, and here, credentials are in the
 * environment and nowhere else; the chain's other links (SSO, STS, profiles, processes) are a fifth of a bundle.
 */
export { fromEnv as defaultProvider } from '@aws-sdk/credential-provider-env';
