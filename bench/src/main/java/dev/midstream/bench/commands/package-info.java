/** The cost of look-ups in a command list. */
@NullMarked
package dev.midstream.bench.commands;

import org.jspecify.annotations.NullMarked;
