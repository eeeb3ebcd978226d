"use strict";

const element = document.getElementById("redoc");
const { url, options } = JSON.parse(element.dataset.settings);

Redoc.init(url, options, element);
