// An OpenID Connect issuer on loopback for the fresh-server walk: metadata, keys, and one token, which it prints after its address.
// Usage: node issuer.mjs AUDIENCE. Nothing of it is kept: the key lives as long as the process.
import { createServer } from 'node:http';
import { generateKeyPairSync, randomUUID, sign } from 'node:crypto';

const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const kid = randomUUID();
const answer = (response, body) => response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));

const server = createServer((request, response) => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  if (request.url === '/.well-known/openid-configuration') {
    answer(response, { issuer, jwks_uri: `${issuer}/keys` });
  } else if (request.url === '/keys') {
    answer(response, { keys: [{ ...publicKey.export({ format: 'jwk' }), kid, use: 'sig', alg: 'RS256' }] });
  } else {
    response.writeHead(404).end();
  }
});

server.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const now = Math.floor(Date.now() / 1000);
  const encode = (part) => Buffer.from(JSON.stringify(part)).toString('base64url');
  const text = `${encode({ alg: 'RS256', typ: 'JWT', kid })}.${encode({
    iss: issuer, aud: process.argv[2], sub: 'fresh-server', roles: ['OFFICER'], iat: now, nbf: now - 60, exp: now + 3600,
  })}`;
  console.log(issuer);
  console.log(`${text}.${sign('RSA-SHA256', Buffer.from(text), privateKey).toString('base64url')}`);
});
