/** What breaks a law today: the name of the rewriting, and for each place of the corpus what is said there instead. */
export const known: Readonly<Record<string, readonly string[]>> = {};
