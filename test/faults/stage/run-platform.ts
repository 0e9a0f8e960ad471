import { readFileSync } from 'node:fs';
import { startPlatform } from '../../../infra/local/platform.ts';
import { onTheWire } from './between.ts';

// The platform as a process of its own that can be killed: node run-platform.ts <assembly file> <data folder> <port> <wire>

const [, , file = '', dataDir = '', port = '0', wireUrl = ''] = process.argv;
const { stacks, folder } = JSON.parse(readFileSync(file, 'utf8'));
const platform = await startPlatform({
  assembly: { stacks, assetFolder: s3Key => `${folder}/asset.${s3Key.replace(/\.zip$/, '')}` },
  dataDir,
  port: Number(port),
  schedules: false,
  between: onTheWire(wireUrl),
});
const { url, awsEndpoint, tablesEndpoint } = platform;
console.log(JSON.stringify({ url, aws: awsEndpoint, tables: tablesEndpoint }));
