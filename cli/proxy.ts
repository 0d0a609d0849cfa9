import { optionalPackage } from "./optional-package";

/**
 * Node's `fetch` passes by the proxy that `HTTPS_PROXY` names, unless Node is told (NODE_USE_ENV_PROXY, from Node 22.21
 * on). Where nobody told it, requests go through that proxy from here on, but for the hosts in `NO_PROXY`.
 * @throws UsageError where the package is not installed: nothing goes past a proxy in silence
 */
export async function heedProxy(environment: NodeJS.ProcessEnv): Promise<void> {
  const proxy = environment.HTTPS_PROXY || environment.https_proxy;
  if (!proxy || nodeHeedsIt(environment)) return;
  const { EnvHttpProxyAgent, setGlobalDispatcher } = await optionalPackage(
    "undici@7 (HTTPS_PROXY is set)",
    () => import("undici"),
  );
  setGlobalDispatcher(new EnvHttpProxyAgent());
}

function nodeHeedsIt({ NODE_USE_ENV_PROXY }: NodeJS.ProcessEnv): boolean {
  return NODE_USE_ENV_PROXY === "1" && process.allowedNodeEnvironmentFlags.has("--use-env-proxy");
}
