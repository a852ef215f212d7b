/**
 * The command line: options, exit codes, and one line on stderr for every problem. Commands check
 * their input and call the packages that do the work.
 */
@NullMarked
package dev.midstream.gateway.command;

import org.jspecify.annotations.NullMarked;
