"use strict";

// Says which document the page shows, and draws a choice above it: the address keeps what was chosen.
function chooseVersion(element, { list, main }) {
  const asked = new URLSearchParams(location.search).get("version");
  const shown = list.find(({ name }) => name === asked) ?? list.find(({ name }) => name === main) ?? list[0];
  const select = document.createElement("select");
  for (const { name } of list) select.add(new Option(name, name, name === shown.name, name === shown.name));
  select.addEventListener("change", () => {
    location.search = new URLSearchParams({ version: select.value });
  });
  const label = document.createElement("label");
  label.id = "versions";
  label.style.cssText = "display: block; padding: 10px 20px; font: 14px sans-serif; background: #f4f4f6; color: #223";
  label.append("Version ", select);
  element.before(label);
  return shown.url;
}
