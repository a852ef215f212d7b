/**
 * Requests and answers in order: which answer of the server is due, and which denials wait for
 * their turn.
 *
 * <p>Place on the path: inside agents. Nothing here keeps state of its own; its values are parts of
 * an agent's state. For any thread.
 */
@NullMarked
package dev.midstream.agent.exchange;

import org.jspecify.annotations.NullMarked;
