import type { Asset } from "./asset.ts";

/** The document of one version. */
export interface ShownVersion {
  readonly name: string;
  readonly path: string;
  readonly text: string;
}

/** The versions that a page lets people choose from; none where there are no versions. */
export interface ShownVersions {
  readonly list: readonly ShownVersion[];
  /** The one that is shown first. */
  readonly main: string | undefined;
}

/** What the page's scripts are told of them. */
export function versionChoice({ list, main }: ShownVersions, to: (path: string) => string): unknown {
  if (list.length === 0) return undefined;
  return { main, list: list.map(({ name, path }) => ({ name, url: to(path) })) };
}

const SCRIPT: Asset = { file: "start/choose-version.js", name: "choose-version.js" };

/** The script that draws the choice: only pages that have one load it. */
export function choosing({ list }: ShownVersions): readonly Asset[] {
  return list.length === 0 ? [] : [SCRIPT];
}
