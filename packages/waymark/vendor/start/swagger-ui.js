"use strict";

const element = document.getElementById("swagger-ui");
const { options, versions, oauth, redirect } = JSON.parse(element.dataset.settings);

const ui = SwaggerUIBundle({
  ...options,
  ...(versions === undefined ? {} : { url: chooseVersion(element, versions) }),
  domNode: element,
  presets: [SwaggerUIBundle.presets.apis],
  layout: "BaseLayout",
  // Authorization servers compare it as a whole address.
  oauth2RedirectUrl: new URL(redirect, location.href).href,
});

if (oauth !== undefined) ui.initOAuth(oauth);
