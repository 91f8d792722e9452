/**
 * Makes an instance and calls it as the lines on standard input say, each a JSON object; answers a
 * line each on standard output. Returns the program's exit status: 0 where the input ends, 2 where
 * it is no request. For tests: several at once share the streams.
 */
int ns_serve(void);
