import { startPlatform } from '../../../local/platform.ts';
import { readAssembly } from '../../support/assembly.ts';
import { onTheWire } from './between.ts';

// Runs the platform in its own process, which can be killed: node run-platform.ts <assembly folder> <data folder> <port> <wire>

const [, , folder = '', dataDir = '', port = '0', wireUrl = ''] = process.argv;
const platform = await startPlatform({
  assembly: readAssembly(folder),
  dataDir,
  port: Number(port),
  schedules: false,
  hooks: onTheWire(wireUrl),
});
const { url, awsEndpoint, tablesEndpoint } = platform;
console.log(JSON.stringify({ url, aws: awsEndpoint, tables: tablesEndpoint }));
