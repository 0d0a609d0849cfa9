import { describe, expect, test } from "vitest";
import { coversOrigin, isAllowedStorage, patternOf } from "@/core/settings/origin-pattern";
import { isPrivateHost } from "@/core/settings/private-host";
import {
  CLOUD,
  defaultOf,
  guessApiAddress,
  guessUiOrigin,
  type Server,
  serverName,
  serverOfPage,
} from "@/core/settings/servers";

const LOCAL: Server = {
  apiAddress: "http://localhost:8000",
  uiOrigins: ["http://localhost:8080", "http://127.0.0.1:8080"],
  organization: "Home",
  hasKey: true,
  sessionOnly: false,
};
const BOTH = [CLOUD, LOCAL];

describe("the server of a page", () => {
  test.each([
    ["https://app.skyvern.com/runs/wr_1", CLOUD],
    ["http://localhost:8080/runs/wr_1/overview?active=x", LOCAL],
    ["http://127.0.0.1:8080/", LOCAL],
    ["http://localhost:3000/runs/wr_1", null],
    ["https://localhost:8080/runs/wr_1", null],
    ["http://app.skyvern.com/runs/wr_1", null],
    ["https://app.skyvern.com.evil.example/runs/wr_1", null],
    ["file:///runs/wr_1", null],
    ["wr_1", null],
    ["", null],
  ])("%s", (url, server) => {
    expect(serverOfPage(BOTH, url)).toBe(server);
  });
});

describe("the default server", () => {
  test("is the chosen one", () => {
    expect(defaultOf(BOTH, CLOUD.apiAddress)).toBe(CLOUD);
  });
  test("is the first with a key where none is chosen, or the chosen one is gone", () => {
    expect(defaultOf(BOTH, null)).toBe(LOCAL);
    expect(defaultOf(BOTH, "http://gone:8000")).toBe(LOCAL);
  });
  test("is the cloud where there is no key at all", () => {
    expect(defaultOf([CLOUD, { ...LOCAL, hasKey: false }], null)).toBe(CLOUD);
  });
});

test.each([
  ["https://api.skyvern.com", "https://app.skyvern.com"],
  ["https://api-staging.skyvern.com", "https://app-staging.skyvern.com"],
  ["https://api.eu.skyvern.com", "https://app.eu.skyvern.com"],
  ["http://localhost:8000", "http://localhost:8080"],
  ["http://192.168.1.5:8000", "http://192.168.1.5:8080"],
  ["https://skyvern.corp.example", "https://skyvern.corp.example"],
  ["https://apiary.example", "https://apiary.example"],
])("the API at %s has its UI at %s, and the other way round", (api, ui) => {
  expect(guessUiOrigin(api)).toBe(ui);
  expect(guessApiAddress(ui)).toBe(api);
});

test("a server is called by the host of its web UI", () => {
  expect(BOTH.map(serverName)).toEqual(["Skyvern Cloud", "localhost:8080"]);
  expect(serverName({ apiAddress: "https://api.corp.example", uiOrigins: [] })).toBe("api.corp.example");
});

test.each([
  ["localhost", true],
  ["skyvern.localhost", true],
  ["127.0.0.1", true],
  ["10.1.2.3", true],
  ["172.16.0.1", true],
  ["172.31.255.255", true],
  ["172.32.0.1", false],
  ["192.168.1.5", true],
  ["192.169.1.5", false],
  ["169.254.1.1", true],
  ["100.64.0.1", true],
  ["100.128.0.1", false],
  ["8.8.8.8", false],
  ["[::1]", true],
  ["[fd00::1]", true],
  ["[fe80::1]", true],
  ["[2001:db8::1]", false],
  ["skyvern", true],
  ["skyvern.local", true],
  ["skyvern.internal", true],
  ["skyvern.com", false],
  ["localhost.evil.example", false],
  ["10.evil.example", false],
  ["10.0.0.1.nip.example", false],
])("%s is private: %s", (host, expected) => {
  expect(isPrivateHost(host)).toBe(expected);
});

test("a pattern covers its own origin, and all ports where it names none", () => {
  const origin = "http://localhost:8080";
  expect(patternOf(origin, true)).toBe("http://localhost:8080/*");
  expect(patternOf(origin, false)).toBe("http://localhost/*");
  expect(coversOrigin("http://localhost:8080/*", origin)).toBe(true);
  expect(coversOrigin("http://localhost/*", origin)).toBe(true);
  expect(coversOrigin("http://localhost:8000/*", origin)).toBe(false);
  expect(coversOrigin("https://localhost:8080/*", origin)).toBe(false);
  expect(coversOrigin("http://*/*", origin)).toBe(false);
});

test("a storage host is one that the user named, and no server", () => {
  const granted = {
    storage: ["https://s3.example/*", "http://localhost/*", "https://*/*", "https://api.skyvern.com/*"],
    servers: ["http://localhost:8000", "http://localhost:8080", "https://api.skyvern.com"],
  };
  const allowed = [
    "https://s3.example",
    "https://other.example",
    "http://localhost:9000",
    "http://localhost:8000",
    "https://api.skyvern.com",
  ].filter((origin) => isAllowedStorage(origin, granted));
  expect(allowed).toEqual(["https://s3.example", "http://localhost:9000"]);
});
