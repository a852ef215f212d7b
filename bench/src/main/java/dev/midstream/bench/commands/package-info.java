/** What look-ups in a command list cost. */
@NullMarked
package dev.midstream.bench.commands;

import org.jspecify.annotations.NullMarked;
