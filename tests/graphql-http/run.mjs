// Runs every audit of GraphQL over HTTP against AUDIT_URL, as the holder of AUDIT_TOKEN; prints one line of JSON a result.
import { serverAudits } from 'graphql-http';

const { AUDIT_URL: url, AUDIT_TOKEN: token } = process.env;

const fetchFn = (address, options) => fetch(address, { ...options, headers: { ...options?.headers, authorization: `Bearer ${token}` } });

for (const audit of serverAudits({ url, fetchFn })) {
  const { id, name, status, reason } = await audit.fn();
  console.log(JSON.stringify({ id, name, status, reason }));
}
