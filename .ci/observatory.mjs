// Runs MDN's HTTP Observatory on a list of addresses.
//
//   node .ci/observatory.mjs NODE_MODULES <<< '{"host": …, "httpsPort": …, "httpPort": …,
//                                               "cookie": …, "paths": […]}'
//
// Prints a line of JSON for each path: its score, and the results of failed tests.
// The scanner's own command supports neither ports nor sessions; this does the same with them.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const folder = join(process.argv[2], "@mdn", "mdn-http-observatory");
const load = (name) => import(pathToFileURL(join(folder, "src", name)));

// An empty list of preloaded sites, so that it is not downloaded: this site is not on it.
const preloaded = join(folder, "conf", "hsts-preload.json");
if (!existsSync(preloaded)) writeFileSync(preloaded, "{}");

const { retrieve } = await load("retriever/retriever.js");
const { ALL_TESTS } = await load("constants.js");
const { getScoreModifier } = await load("grader/grader.js");

const { host, httpsPort, httpPort, cookie, paths } = JSON.parse(readFileSync(0, "utf8"));
const headers = ["Accept: text/html,*/*;q=0.8", ...(cookie ? [`Cookie: ${cookie}`] : [])];
for (const path of paths) {
  const site = await retrieve(host, { httpsPort, httpPort, path, headers });
  const results = site.responses.https ? ALL_TESTS.map((test) => test(site)) : [];
  const modifiers = results.map((test) => getScoreModifier(test.result));
  const score = results.length ? modifiers.reduce((sum, each) => sum + each, 100) : 0;
  const failed = results.filter((test) => !test.pass).map((test) => test.result);
  const told = results.map((test) => test.result);
  console.log(JSON.stringify({ path, score, failed, told, status: site.responses.https?.status }));
}
