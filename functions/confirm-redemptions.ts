import { isRefusal } from '../shared/kernel/refusal.ts';
import { postConfirmation } from '../shared/redemptions/contract/redemptions.ts';
import { confirm } from '../shared/redemptions/use-cases/confirm.ts';
import { confirmationView } from '../shared/redemptions/use-cases/views.ts';
import { now } from '../shared/runtime/clock.ts';
import { openCodes } from '../shared/runtime/code-keys.ts';
import { on, reply, serve } from '../shared/runtime/http.ts';
import { count } from '../shared/runtime/observe.ts';
import { openTables } from '../shared/runtime/wiring.ts';

const database = openTables();

export const handler = serve(
  on(postConfirmation, async ({ caller, body }) => {
    const confirmed = await confirm({ database, now, codes: await openCodes() }, caller.id, body);
    if (!isRefusal(confirmed)) {
      count('RedemptionsConfirmed');
      return reply(200, confirmationView(confirmed));
    }
    const isGuess = confirmed.refusal === 'code-unknown' || confirmed.refusal === 'slow-down';
    count(isGuess ? 'CodesUnknown' : 'RedemptionsRefused');
    return confirmed;
  }),
);
