/** The two ports: one for operators, one for everybody. */
export { type Readiness, startAdmin } from "./http/admin.ts";
export { alertmanagerRoute } from "./http/alertmanager.ts";
export { artifactRoute } from "./http/artifacts.ts";
export { type PublicOptions, type PublicServer, type Route, startPublic } from "./http/public.ts";
