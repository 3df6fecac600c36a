// A real authorization server on loopback: the npm package `oidc-provider`, with one public, native
// client that has to use PKCE. Prints `READY <issuer>`, and ends with its standard input.
//   node server.mjs FOLDER_OF_THE_PACKAGE [--device-life SECONDS] [--cert FILE --key FILE]
import { readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { 'device-life': { type: 'string', default: '600' }, cert: { type: 'string' }, key: { type: 'string' } },
});
const module = join(positionals[0], 'node_modules/oidc-provider/lib/index.js');
// Standard output is for whoever started this, who reads one line of it.
console.info = console.warn = console.error;
const { Provider } = await import(pathToFileURL(module));

const tls = values.cert && { cert: readFileSync(values.cert), key: readFileSync(values.key) };
let handle = (_, answer) => answer.destroy();
const serve = (request, answer) => handle(request, answer);
const server = tls ? https.createServer(tls, serve) : http.createServer(serve);
server.listen(0, '127.0.0.1', () => {
  const issuer = `${tls ? 'https' : 'http'}://127.0.0.1:${server.address().port}`;
  handle = provider(issuer).callback();
  console.log(`READY ${issuer}`);
});
process.stdin.on('end', () => process.exit(0)).resume();

function provider(issuer) {
  const provider = new Provider(issuer, {
    clients: [{
      client_id: 'cmdop-cli',
      application_type: 'native',
      token_endpoint_auth_method: 'none',
      redirect_uris: ['http://127.0.0.1/callback', 'http://[::1]/callback'],
      response_types: ['code'],
      grant_types: ['authorization_code', 'refresh_token', 'urn:ietf:params:oauth:grant-type:device_code'],
    }],
    scopes: ['openid', 'offline_access', 'email'],
    claims: { openid: ['sub'], email: ['email'] },
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, email: `${id}@example.test` }) }),
    pkce: { required: () => true },
    rotateRefreshToken: true,
    cookies: { keys: ['not-a-secret'] },
    features: { devInteractions: { enabled: true }, deviceFlow: { enabled: true }, revocation: { enabled: true } },
    ttl: { DeviceCode: Number(values['device-life']) },
  });
  provider.use(async (context, next) => {
    if (context.path !== '/v1/auth/me') return next();
    const [, raw] = /^Bearer (.+)$/.exec(context.get('authorization')) ?? [];
    const token = raw && await provider.AccessToken.find(raw);
    context.status = token ? 200 : 401;
    context.body = token
      ? { data: { id: token.accountId, email: `${token.accountId}@example.test` } }
      : { error: { code: 'unauthorized', message: 'Invalid or expired API token' } };
  });
  return provider;
}
