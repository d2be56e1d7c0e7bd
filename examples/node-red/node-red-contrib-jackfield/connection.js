// The connection picker's other half, on the server: it alone knows the token, and the browser never sees a secret.
//
// The host gives `jackfield` in Node-RED's settings: {url, customer, token(): Promise<string>}.
module.exports = function (RED) {
  const { url, customer, token } = RED.settings.get('jackfield') ?? RED.settings.jackfield;

  async function call(method, path, body) {
    const headers = { authorization: `Bearer ${await token()}`, ...(body && { 'content-type': 'application/json' }) };
    const answer = await fetch(`${url}/api/v1${path}`, { method, headers, body: body && JSON.stringify(body) });
    const json = await answer.json();
    if (!answer.ok) throw Object.assign(new Error(json.detail ?? json.title ?? `HTTP ${answer.status}`), { code: json.code, status: answer.status });
    return json;
  }

  /** Names the saved connection that its nodes use. What it holds is read anew at each use. */
  function ConnectionNode(config) {
    RED.nodes.createNode(this, config);
    this.credential = () => call('GET', `/connections/${encodeURIComponent(config.connection)}/credentials`);
    this.failed = (message) => call('POST', `/connections/${encodeURIComponent(config.connection)}/failures`, { message });
  }
  RED.nodes.registerType('jackfield-connection', ConnectionNode);

  const answering = (handler) => (request, response) =>
    handler(request).then((value) => response.json(value), (problem) => response.status(problem.status ?? 502).json({ message: problem.message }));
  const may = (permission) => RED.auth.needsPermission(`jackfield.${permission}`);

  RED.httpAdmin.get('/jackfield/connections', may('read'), answering(async () => {
    const [saved, kinds] = await Promise.all([
      call('GET', `/customers/${customer}/connections?workflows=true`),
      call('GET', '/reusable-connections?workflows=true'),
    ]);
    return { connections: saved.items, kinds: kinds.items.filter((kind) => kind.activation === 'customer') };
  }));

  // A link to the page that connects one more account; what it saves appears in the picker.
  RED.httpAdmin.post('/jackfield/links', may('write'), answering(({ body }) =>
    call('POST', '/links', { customer, reusable_connection: body.kind, expires_in_seconds: 900 })));
};
