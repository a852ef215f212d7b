/**
 * The command line: its options, its exit codes, and one line on stderr for everything that goes
 * wrong. Commands check what they were given and hand over; the work is done elsewhere.
 */
@NullMarked
package dev.midstream.gateway.command;

import org.jspecify.annotations.NullMarked;
