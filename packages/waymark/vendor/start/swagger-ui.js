"use strict";

const element = document.getElementById("swagger-ui");
const { options, oauth, redirect } = JSON.parse(element.dataset.settings);

const ui = SwaggerUIBundle({
  ...options,
  domNode: element,
  presets: [SwaggerUIBundle.presets.apis],
  layout: "BaseLayout",
  // Authorization servers compare it as a whole address.
  oauth2RedirectUrl: new URL(redirect, location.href).href,
});

if (oauth !== undefined) ui.initOAuth(oauth);
