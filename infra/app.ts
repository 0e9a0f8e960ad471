import { buildBundles } from './bundles.ts';
import { configs } from './config.ts';
import { checkSolutions } from './nag.ts';
import { makeApp } from './synthesise.ts';

const stage = process.env.STAGE ?? 'dev';
if (stage !== 'dev' && stage !== 'prod') throw new Error(`STAGE must be dev or prod, not ${stage}`);

await buildBundles();
const app = makeApp(process.env.CDK_OUTDIR ?? 'cdk.out', configs[stage]);
checkSolutions(app);
app.synth();
