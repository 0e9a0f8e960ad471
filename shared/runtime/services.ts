/**
 * How long a call waits for its answer before the SDK sends it again. A connection that has gone silent would else
 * hold the function up to its time limit, and an award until its message is visible again minutes later; three
 * attempts of it fit into the 10 s of a function behind the API. What DynamoDB and its neighbours answer at all they
 * answer within a fraction of it. Tests wait less.
 */
export const answerWithinMs = Number(process.env.ANSWER_WITHIN_MS ?? 3000);
const connectWithinMs = 1000;

/**
 * For every client of a service. Whatever is sent twice has its effect once. Each function makes its clients when it
 * loads and keeps them: a client made for a request takes twice its CPU time, and a socket opened for it a quarter more
 * and, on AWS, a handshake (`npm run bench -- --only choices`). How sockets are kept alive is left to the SDK, which
 * keeps up to 50: a function sends to 10 drivers at once, or 32 blocks, and never waits for one.
 */
export const serviceConfig = {
  requestHandler: {
    connectionTimeout: connectWithinMs,
    requestTimeout: answerWithinMs,
    throwOnRequestTimeout: true,
  },
};
