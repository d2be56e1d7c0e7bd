// Calls an address with a saved connection. The credential is read fresh for each message, and goes into the request alone.
module.exports = function (RED) {
  function RequestNode(config) {
    RED.nodes.createNode(this, config);
    const connection = RED.nodes.getNode(config.connection);
    this.on('input', async (message, send, done) => {
      if (!connection) return done(new Error('Choose a connection first.'));
      try {
        const answer = await request(await connection.credential(), message);
        if (answer.status === 401) await connection.failed(`${config.method} ${config.url} answered 401`);
        this.status({ fill: answer.ok ? 'green' : 'red', shape: answer.ok ? 'dot' : 'ring', text: String(answer.status) });
        const text = await answer.text();
        send({ ...message, statusCode: answer.status, payload: /json/.test(answer.headers.get('content-type')) ? JSON.parse(text) : text });
        done();
      } catch (problem) {
        this.status({ fill: 'red', shape: 'ring', text: problem.code ?? 'failed' });
        done(problem);
      }
    });

    /** `auth`: what this way of connecting adds to a request, as {headers, query}. */
    function request({ auth }, { payload }) {
      const url = new URL(config.url);
      for (const [name, value] of Object.entries(auth.query)) url.searchParams.set(name, value);
      const body = ['GET', 'HEAD'].includes(config.method) ? undefined : JSON.stringify(payload);
      const headers = { ...auth.headers, ...(body && { 'content-type': 'application/json' }) };
      // Not followed: a credential is for the host that it was made for.
      return fetch(url, { method: config.method, headers, body, redirect: 'manual' });
    }
  }
  RED.nodes.registerType('jackfield-request', RequestNode);
};
