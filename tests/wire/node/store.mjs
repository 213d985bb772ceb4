// Puts, reads and deletes an object with ali-oss, as the standard input says in JSON.

import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import Oss from 'ali-oss';

const chunks = [];
for await (const chunk of process.stdin) chunks.push(chunk);
const asked = JSON.parse(Buffer.concat(chunks).toString());
const store = new Oss({
  accessKeyId: asked.key,
  accessKeySecret: asked.secret,
  stsToken: asked.token,
  endpoint: asked.endpoint,
  bucket: asked.bucket,
  region: 'oss-cn-shanghai',
  authorizationV4: Boolean(asked.fourth),
  retryMax: 0,
});

function sum(data) {
  return createHash('sha256').update(data).digest('hex');
}

// A stream whose length nobody knows is sent in chunks.
function* pieces(data) {
  for (let start = 0; start < data.length; start += 50_000) yield data.subarray(start, start + 50_000);
}

const steps = {
  put: ({ name, data }) => store.put(name, Buffer.from(data, 'base64')).then(({ res }) => res.status),
  stream: ({ name, data }) =>
    store.putStream(name, Readable.from(pieces(Buffer.from(data, 'base64')))).then(({ res }) => res.status),
  parts: ({ name, data }) =>
    store.multipartUpload(name, Buffer.from(data, 'base64'), { partSize: 100 * 1024 }).then(({ res }) => res.status),
  get: ({ name }) => store.get(name).then(({ content }) => sum(content)),
  head: ({ name }) => store.head(name).then(({ res }) => Number(res.headers['content-length'])),
  remove: ({ name }) => store.delete(name).then(({ res }) => res.status),
};

const told = [];
for (const one of asked.steps) {
  told.push(await steps[one.step](one).catch(({ name, code, status }) => ({ error: { name, code, status } })));
}
process.stdout.write(JSON.stringify(told));
