/** The words that ECMAScript keeps for itself in strict code, and so do the languages made of it. */
export const ECMASCRIPT_WORDS: readonly string[] = [
  ..."break case catch class const continue debugger default delete do else enum export".split(" "),
  ..."extends false finally for function if implements import in instanceof interface".split(" "),
  ..."let new null package private protected public return static super switch this throw".split(
    " ",
  ),
  ..."true try typeof var void while with yield await".split(" "),
];
