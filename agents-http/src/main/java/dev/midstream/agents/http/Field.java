package dev.midstream.agents.http;

/**
 * A field line of a head, in the view that is decided.
 *
 * @param start where the line begins
 * @param nameEnd the colon
 * @param valueStart where the value begins, without blanks
 * @param valueEnd where it ends, without blanks
 * @param end after the CR LF
 */
record Field(int start, int nameEnd, int valueStart, int valueEnd, int end) {}
