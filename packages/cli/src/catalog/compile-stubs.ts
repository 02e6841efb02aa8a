/** Packs typeshed at build time. */
import { packStubs } from "../engine.ts";
import { readTypeshed } from "./stubs.ts";

/** The text of the pack; `origin` names what it was made from. */
export const compileStubs = (folder: string, origin: string): string => packStubs(readTypeshed(folder), origin);
