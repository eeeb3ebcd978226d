// Fetches the browser files of the docs pages into packages/waymark/vendor, with their licences: run it to take a new
// version (and write the new integrity, as `npm view NAME@VERSION dist.integrity` gives it, below), then commit the result.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const vendor = fileURLToPath(new URL("../packages/waymark/vendor", import.meta.url));

/** DevTools alone ask for these, and they are not served. */
const withoutSourceMap = { what: "source map", from: /\n\/[/*]# sourceMappingURL=[^\n]*\n?$/, to: "\n" };

const packages = [
  {
    name: "swagger-ui-dist",
    version: "5.35.0",
    licence: "Apache-2.0",
    integrity:
      "sha512-U06rpMtW9V3XPGOBeamTUSr0Z09jMX4IJuANpE/EZbAhw0G8CgwrzU4YmXkn/h0wCDNsXdGarTNNHC3sU8yVUQ==",
    files: {
      "swagger-ui-bundle.js": [],
      "swagger-ui.css": [withoutSourceMap],
      "oauth2-redirect.js": [],
      "swagger-ui-bundle.js.LICENSE.txt": [],
      LICENSE: [],
      NOTICE: [],
    },
  },
  {
    name: "redoc",
    version: "2.5.4",
    licence: "MIT",
    integrity:
      "sha512-M6jWhG1qoBnH6TFmzJnstyCZ87HmOY/UzDm78mHiYihEdlV/YcS9ogOo1NlElnJMeLsyxHFe2yFc4sNjHTrABQ==",
    files: {
      "bundles/redoc.standalone.js": [
        withoutSourceMap,
        {
          // Its one request to another host; no option turns it off. The link beside it stays.
          what: "logo",
          from: /\b(\w+)\?\w+\.createElement\("img",\{alt:"redocly logo",onError:\(\)=>\w+\(!1\),src:"https:\/\/cdn\.redoc\.ly\/redoc\/logo-mini\.svg"\}\):null/,
          to: "null",
        },
      ],
      "bundles/redoc.standalone.js.LICENSE.txt": [],
      LICENSE: [],
    },
  },
];

const rows = packages.flatMap(fetchPackage);
writeFileSync(join(vendor, "files.json"), `${JSON.stringify(rows, null, 2)}\n`);

function fetchPackage({ name, version, licence, integrity, files }) {
  const directory = mkdtempSync(join(tmpdir(), "waymark-vendor-"));
  try {
    const packed = execFileSync("npm", ["pack", "--json", `${name}@${version}`], {
      cwd: directory,
      encoding: "utf8",
    });
    const tarball = join(directory, JSON.parse(packed)[0].filename);
    verify(readFileSync(tarball), integrity, `${name}@${version}`);
    execFileSync("tar", ["xzf", tarball, "-C", directory]);
    return Object.entries(files).map(([file, patches]) => {
      const target = `${name}/${file.replace("bundles/", "")}`;
      const text = patched(readFileSync(join(directory, "package", file), "utf8"), patches, target);
      mkdirSync(dirname(join(vendor, target)), { recursive: true });
      writeFileSync(join(vendor, target), text);
      return {
        file: target,
        package: `${name}@${version}`,
        licence,
        removed: patches.map(({ what }) => what),
        sha256: createHash("sha256").update(text).digest("hex"),
      };
    });
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function verify(bytes, integrity, what) {
  const found = `sha512-${createHash("sha512").update(bytes).digest("base64")}`;
  if (found !== integrity) throw new Error(`${what} is not what it was: ${found} instead of ${integrity}`);
}

/** Each patch has to fit exactly once: a new version that is written otherwise must be looked at. */
function patched(text, patches, file) {
  return patches.reduce((before, { what, from, to }) => {
    const hits = [...before.matchAll(new RegExp(from, "g"))].length;
    if (hits !== 1) throw new Error(`${file}: the patch '${what}' fits ${hits} times`);
    return before.replace(from, to);
  }, text);
}
