"use strict";

const element = document.getElementById("redoc");
const { url, versions, options } = JSON.parse(element.dataset.settings);

Redoc.init(versions === undefined ? url : chooseVersion(element, versions), options, element);
