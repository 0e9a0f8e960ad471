// Must run on any Node version: prints what to install instead of a syntax error from the first TypeScript file.
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 18)) {
  console.error(
    `This project needs Node 22.18 or newer; this is ${process.version}.\n` +
      'On Linux (x64, arm64) "npm ci" installs Node 24 into the project, and every "npm run" uses it.\n' +
      'On other systems, or if npm skips optional dependencies, install Node 24 yourself.',
  );
  process.exit(1);
}
