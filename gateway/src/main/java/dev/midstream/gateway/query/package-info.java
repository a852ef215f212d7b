/**
 * The commands that look at a running node: they ask its administration address and show what it
 * tells, as it is or as text. They change nothing.
 */
@NullMarked
package dev.midstream.gateway.query;

import org.jspecify.annotations.NullMarked;
