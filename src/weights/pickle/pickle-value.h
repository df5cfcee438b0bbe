/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a pickle stream says: plain values. For src/weights only. */
#pragma once

#include "weights/tensor.h"

G_BEGIN_DECLS

typedef enum
{
  GENGA_PICKLE_NONE,
  GENGA_PICKLE_BOOL,    /* integer */
  GENGA_PICKLE_INT,     /* integer */
  GENGA_PICKLE_BIG_INT, /* bytes: two's complement, little-endian; or digits */
  GENGA_PICKLE_FLOAT,   /* number */
  GENGA_PICKLE_STRING,  /* bytes: UTF-8 if all is well, not checked */
  GENGA_PICKLE_BYTES,   /* bytes */
  GENGA_PICKLE_TUPLE,   /* items */
  GENGA_PICKLE_LIST,    /* items */
  GENGA_PICKLE_SET,     /* items */
  GENGA_PICKLE_DICT,    /* items: key, value, key, value, ... */
  GENGA_PICKLE_GLOBAL,  /* global */
  GENGA_PICKLE_STORAGE, /* storage */
  GENGA_PICKLE_TENSOR,  /* tensor */
  GENGA_PICKLE_OPAQUE,  /* global: what it is an instance or a result of */
} GengaPickleKind;

typedef struct _GengaPickleItems GengaPickleItems;
typedef struct _GengaPickleGlobal GengaPickleGlobal;
typedef struct _GengaPickleStorage GengaPickleStorage;
typedef struct _GengaPickleTensor GengaPickleTensor;

typedef struct
{
  GengaPickleKind kind;
  guint32 length; /* of `bytes` */
  union
  {
    gint64 integer;
    double number;
    const char *bytes; /* not NUL-terminated */
    GengaPickleItems *items;
    const GengaPickleGlobal *global;
    GengaPickleStorage *storage;
    const GengaPickleTensor *tensor;
  };
} GengaPickleValue;

struct _GengaPickleItems
{
  GengaPickleValue *values;
  guint32 n;
  guint32 capacity;
  guint16 depth;    /* 1 + the deepest item at the time it was put in */
  gboolean ordered; /* an OrderedDict, which may be given attributes */
};

/* A storage's bytes lie elsewhere, under its key. */
struct _GengaPickleStorage
{
  GengaPickleValue key; /* a string */
  gboolean is_untyped;  /* counts bytes; `dtype` is U8 */
  GengaDType dtype;
  gint64 n;           /* elements of the storage */
  gint64 view_offset; /* a legacy view: elements into the storage; else 0 and `n` */
  gint64 view_n;
  GengaPickleStorage *next; /* the one read before this */
};

/* A tensor as the file says it, unchecked. */
struct _GengaPickleTensor
{
  const GengaPickleStorage *storage;
  GengaDType dtype;
  gint64 offset; /* elements of `dtype` */
  const GengaPickleItems *shape;
  const GengaPickleItems *strides;
};

/* Whether a value is this string. */
gboolean genga_pickle_is_string (const GengaPickleValue *value, const char *string);

G_END_DECLS
