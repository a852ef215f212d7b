/** Hostile endpoints that obey no rule, and intruders and routers beside honest ones. */
@NullMarked
package dev.midstream.worlds.hostile;

import org.jspecify.annotations.NullMarked;
