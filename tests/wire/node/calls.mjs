// Makes the calls that stand as JSON in the standard input, and writes what came of each as JSON.

import Core from '@alicloud/pop-core';
import openapi from '@alicloud/openapi-client';
import util from '@alicloud/tea-util';

// The first call of its kind loads engines, on machines that do much else.
const PATIENCE = 180_000;
const { default: OpenApi, Config, OpenApiRequest, Params } = openapi;

// Of today's SDKs, whose operations are made of this: signed by ACS3, the body in chunks.
function current({ endpoint, key, secret, token }) {
  const client = new OpenApi(
    new Config({ accessKeyId: key, accessKeySecret: secret, securityToken: token, endpoint, protocol: 'http' }),
  );
  return async ({ action, version, query, form, path, body }) => {
    const params = new Params({
      action,
      version,
      protocol: 'HTTP',
      pathname: path ?? '/',
      method: 'POST',
      authType: 'AK',
      style: path ? 'ROA' : 'RPC',
      reqBodyType: path ? 'json' : 'formData',
      bodyType: 'json',
    });
    const request = new OpenApiRequest({ query: strings(query), body: path ? body : form });
    return (await client.callApi(params, request, new util.RuntimeOptions({ connectTimeout: PATIENCE, readTimeout: PATIENCE }))).body;
  };
}

// Of the one before, signed in version 1.
function older({ endpoint, key, secret, token }) {
  const facts = { accessKeyId: key, accessKeySecret: secret, securityToken: token, endpoint: `http://${endpoint}` };
  return async ({ action, version, query, form, path, body, method }) => {
    if (path) {
      const client = new Core.ROAClient({ ...facts, apiVersion: version });
      const headers = { 'content-type': 'application/json' };
      return client.post(path, strings(query) ?? {}, JSON.stringify(body), headers, { timeout: PATIENCE });
    }
    const client = new Core.RPCClient({ ...facts, apiVersion: version });
    return client.request(action, { ...query, ...form }, {
      method: method ?? 'POST',
      formatParams: false,
      timeout: PATIENCE,
    });
  };
}

function strings(query) {
  return query && Object.fromEntries(Object.entries(query).map(([name, value]) => [name, String(value)]));
}

function failure({ name, code, message, statusCode, data }) {
  return { error: { name, code, message, status: statusCode ?? data?.statusCode ?? null } };
}

const chunks = [];
for await (const chunk of process.stdin) chunks.push(chunk);
const asked = JSON.parse(Buffer.concat(chunks).toString());
const call = { current, older }[asked.client](asked);
const told = [];
for (const one of asked.calls) told.push(await call(one).catch(failure));
process.stdout.write(JSON.stringify(told));
