package dev.midstream.agents.http;

/**
 * A request that the settings do not allow.
 *
 * @param reason what is counted
 * @param text for the operator
 * @param page the answer
 */
record Denial(HttpReason reason, String text, Page page) {}
