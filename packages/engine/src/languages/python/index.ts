/**
 * Python source to IR.
 *
 * In: the bytes of a file.
 * Out: its tree ({@link Ast}), and from that its IR.
 * How: a tokenizer that gives one logical line at a time, a recursive-descent parser into flat columns.
 * Holds: never throws on input; every limit that is hit is recorded; a broken statement costs only itself.
 * Not here: what names in other files mean.
 */
export * from "./ast.ts";
export { ModuleParser, parseModule } from "./parse.ts";
export { printAst } from "./print-ast.ts";
export { defaultParseLimits, type ParseLimits } from "./tree-builder.ts";
export { pythonLanguage } from "./language.ts";
export { packStubs, type StubFile } from "./stubs/pack-stubs.ts";
export { lowerModule } from "./lower/module.ts";
