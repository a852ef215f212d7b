/** Senders that obey no rule: hostile endpoints, and an intruder beside two honest ones. */
@NullMarked
package dev.midstream.worlds.hostile;

import org.jspecify.annotations.NullMarked;
