/** The version of the command, put in by the build. */
declare const __WARRANT_VERSION__: string | undefined;

export const version = typeof __WARRANT_VERSION__ === "undefined" ? "0.0.0-source" : __WARRANT_VERSION__;
