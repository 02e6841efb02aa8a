// Completes package-lock.json after `npm install`: some registries carry the platform packages of one system only, and npm
// then leaves the others out, so that `npm ci` refuses the lockfile everywhere. Adds them by their names and versions.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const file = fileURLToPath(new URL("../package-lock.json", import.meta.url));
const lock = JSON.parse(readFileSync(file, "utf8"));
const cpus = ["arm64", "x64", "arm", "ia32", "ppc64", "riscv64", "s390x"];
const systems = ["android", "darwin", "freebsd", "linux", "openharmony", "win32"];
const added = [];

for (const [path, owner] of Object.entries({ ...lock.packages })) {
  for (const [name, version] of Object.entries(owner.optionalDependencies ?? {})) {
    const key = `node_modules/${name}`;
    if (lock.packages[key] !== undefined || lock.packages[`${path}/${key}`] !== undefined) continue;
    const base = name.split("/").pop();
    const words = base.split("-");
    const cpu = cpus.find((each) => words.includes(each));
    const os = systems.find((each) => words.includes(each));
    if (cpu === undefined || os === undefined || !/^\d+\.\d+\.\d+$/.test(version)) {
      process.stderr.write(`${name}@${version}: cannot tell its system; add it by hand\n`);
      process.exitCode = 1;
      continue;
    }
    const libc = words.some((word) => word.startsWith("musl")) ? ["musl"] : words.some((word) => word.startsWith("gnu")) ? ["glibc"] : undefined;
    lock.packages[key] = {
      version, resolved: `https://registry.npmjs.org/${name}/-/${base}-${version}.tgz`, cpu: [cpu], ...(owner.dev ? { dev: true } : {}),
      ...(libc === undefined ? {} : { libc }), optional: true, os: [os],
    };
    added.push(name);
  }
}
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync(file, `${JSON.stringify(lock, undefined, 2)}\n`);
process.stdout.write(`${added.length} entries added\n`);
