// `npm run build`: installs what is missing and builds the command if anything changed.
import { makeReady } from "./build-ready.mjs";

makeReady();
